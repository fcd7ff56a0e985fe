// Compares the grammars for editors with each other and with the engine. Usage: node compare.cjs GRAMMAR-FOLDER ROWS
// A row is {"text": a template, "compiles": whether the engine finds no error of the grammar in it}.
const fs = require('fs');
const path = require('path');
const { buildParser } = require('@lezer/generator');
const textmate = require('vscode-textmate');
const oniguruma = require('vscode-oniguruma');

const [folder, rowsFile] = process.argv.slice(2);
const read = (name) => fs.readFileSync(path.join(folder, name), 'utf8');
const parser = buildParser(read('pipexpr.grammar'));
const rows = fs.readFileSync(rowsFile, 'utf8').trim().split('\n').map((line) => JSON.parse(line));

// A host for the injected grammar: strings of JSON, as every JSON grammar names them.
const JSON_HOST = {
  scopeName: 'source.json', patterns: [{ include: '#string' }],
  repository: { string: { name: 'string.quoted.double.json', begin: '"', end: '"',
                          patterns: [{ match: '\\\\(?:["\\\\/bfnrt]|u[0-9a-fA-F]{4})', name: 'constant.character.escape.json' }] } },
};

// What each of Lezer's tokens is to TextMate.
const SCOPES = {
  Number: 'constant.numeric', Runtime: 'variable.language', Secret: 'variable.other.secret', Name: 'variable.other',
  Sign: 'keyword.operator', Minus: 'keyword.operator', Factor: 'keyword.operator', Power: 'keyword.operator',
  Dot: 'punctuation.separator', Comma: 'punctuation.separator', Open: 'punctuation.parenthesis',
  Close: 'punctuation.parenthesis', OpenBrace: 'punctuation.section.embedded.begin',
  OpenAngle: 'punctuation.section.embedded.begin', CloseBrace: 'punctuation.section.embedded.end',
  CloseAngle: 'punctuation.section.embedded.end', Text: '', String: 'string.quoted',
};

// The scope that each character of a template has to have; blanks have none of their own.
function expected(text) {
  const scopes = new Array(text.length).fill(null);
  parser.parse(text).iterate({
    enter(node) {
      let scope = SCOPES[node.name];
      if (node.name === 'Function') scope = functions.has(text.slice(node.from, node.to)) ? 'support.function' : 'entity.name.function';
      if (scope === undefined) return true;
      if (node.name === 'String') scope += text[node.from] === "'" ? '.single' : '.double';
      scopes.fill(scope, node.from, node.to);
      return false;
    },
  });
  return scopes;
}

const functions = new Set(JSON.parse(read('pipexpr.tmLanguage.json')).repository.expression.patterns[0].patterns
  .find((one) => one.name === 'support.function.pipexpr').match.match(/\(\?:([^)]*)\)/)[1].split('|'));

function hasError(text) {
  let found = false;
  parser.parse(text).iterate({ enter(node) { found = found || node.type.isError; } });
  return found;
}

// The scopes of each character of `written`, which is one document.
function tokenize(grammar, written) {
  const scopes = [];
  let state = textmate.INITIAL;
  for (const line of written.split('\n')) {
    const result = grammar.tokenizeLine(line, state);
    for (const token of result.tokens) {
      for (let i = token.startIndex; i < Math.min(token.endIndex, line.length); ++i) scopes.push(token.scopes);
    }
    scopes.push([]);
    state = result.ruleStack;
  }
  return scopes;
}

// The text as JSON has it between quotes, and where each of its characters begins there.
function asJson(text) {
  let written = '';
  const places = [];
  for (const character of text) {
    places.push(written.length);
    written += JSON.stringify(character).slice(1, -1);
  }
  places.push(written.length);
  return { written, places };
}

let failures = 0;
function fail(text, why) {
  if (++failures <= 20) console.log(`${JSON.stringify(text)}: ${why}`);
}

function compare(text, wanted, scopesAt, which) {
  for (let i = 0; i < text.length; ++i) {
    if (wanted[i] === null) continue;  // a blank
    const own = scopesAt(i).filter((scope) => scope.endsWith('.pipexpr') && !/^(meta|source)\./.test(scope));
    const right = wanted[i] === '' ? own.length === 0 && !scopesAt(i).some((scope) => scope.startsWith('meta.embedded'))
                                   : own.some((scope) => scope.startsWith(wanted[i]));
    if (right) continue;
    fail(text, `${which}: character ${i}, '${text[i]}': expected '${wanted[i]}', found '${own.join(' ')}'`);
    return;
  }
}

async function main() {
  await oniguruma.loadWASM(fs.readFileSync(require.resolve('vscode-oniguruma/release/onig.wasm')).buffer);
  const grammars = {
    'source.json': JSON.stringify(JSON_HOST), 'source.pipexpr.json': read('pipexpr-json.tmLanguage.json'),
    'source.pipexpr': read('pipexpr.tmLanguage.json'),
  };
  const registry = new textmate.Registry({
    onigLib: Promise.resolve({
      createOnigScanner: (patterns) => new oniguruma.OnigScanner(patterns),
      createOnigString: (text) => new oniguruma.OnigString(text),
    }),
    loadGrammar: async (scope) => grammars[scope] ? textmate.parseRawGrammar(grammars[scope], `${scope}.json`) : null,
    getInjections: (scope) => scope === 'source.json' ? ['source.pipexpr.json'] : undefined,
  });
  const plain = await registry.loadGrammar('source.pipexpr');
  const json = await registry.loadGrammar('source.json');
  let compiled = 0, colored = 0;
  for (const { text, compiles } of rows) {
    if (hasError(text) === compiles) fail(text, compiles ? 'Lezer finds an error, the engine none' : 'Lezer finds no error, the engine one');
    compiled += compiles;
    const { written, places } = asJson(text);
    const inJson = tokenize(json, `{"a": "${written}", "b": "x"}`);
    // Whatever the text is, the JSON string ends where it ends.
    const after = inJson[7 + written.length + 4];
    if (after.some((scope) => scope.startsWith('meta.embedded'))) fail(text, 'the expression goes on after its JSON string');
    if (!compiles) continue;
    const wanted = expected(text);
    ++colored;
    compare(text, wanted, (i) => inJson[7 + places[i]], 'in JSON');
    // TextMate's engine reads line by line: a string in quotes that goes on in the next line is beyond it.
    if (/[\r\n]/.test(text)) continue;
    const scopes = tokenize(plain, text);
    compare(text, wanted, (i) => scopes[i], 'as it is');
  }
  console.log(`${rows.length} texts, ${compiled} of them compile, ${colored} colored, ${failures} failures`);
  process.exit(failures === 0 && colored > 1000 ? 0 : 1);
}

main();
