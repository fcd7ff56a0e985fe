// The check program as an ES module, for JSONata.
#include "translator/check_programs.h"

namespace pipexpr::translator {

const std::string_view kModuleCheck =
    R"JS(// Checks translated texts with jsonata against what pipexpr gave. Made by 'pipexpr translate'.
//
// Prints a JSON object for each text. Status: 0 all equal, 1 one differs, 3 jsonata is not there: npm install jsonata@2.0.6
import {createHash} from 'node:crypto';
import {createRequire} from 'node:module';
import {join} from 'node:path';

const load = (name) => {
  for (const base of [join(process.cwd(), 'here.js'), import.meta.url]) {
    try {
      return createRequire(base)(name);
    } catch (error) {
      if (error.code !== 'MODULE_NOT_FOUND' && error.code !== 'ERR_INVALID_ARG_VALUE') throw error;
    }
  }
  console.error('needs jsonata: npm install jsonata@2.0.6');
  process.exit(3);
};
const jsonata = load('jsonata');
const ENGINE = {jsonata: load('jsonata/package.json').version, node: process.version};
const MUTATIONS = [['[M01]', '[m01]'], ['[m01]', '[M01]'], ['[H01]', '[h01]'], ['[h01]', '[H01]'], ['[D01]', '[d001]'],
                   ['[D01]', '[D1]'], ['[Y0001]', '[X0001]'], ['[X0001]', '[Y0001]'], ['86400000', '86400000 * 2'],
                   ['3600000', '60000'], ['604800000', '86400000'], [', -12 * ', ', -'], [', 12 * ', ', '], ['$tEnd', '$t'],
                   ['($t ', '($tEnd '], ['($t,', '($tEnd,']];
const DATA = JSON.parse(String.raw`{DATA}`);

const attempt = async (value, [t, tEnd]) => {
  try {
    return await value.evaluate({}, {t, tEnd});
  } catch (error) {
    return 'error: ' + (error.message || error.code);
  }
};

const differs = async (text, probes, expected) => {
  let value;
  try {
    value = jsonata(text);
  } catch {
    return true;
  }
  for (let i = 0; i < probes.length; ++i) {
    if ((await attempt(value, probes[i])) !== expected[i]) return true;
  }
  return false;
};

const check = async (field) => {
  const probes = DATA.probes[field.probes];
  let equal = 0, counterexample = null, value = {evaluate: () => {}};
  try {
    value = jsonata(field.text);
  } catch (error) {
    const message = 'error: ' + error.message;
    value.evaluate = () => message;
  }
  for (let i = 0; i < probes.length; ++i) {
    const found = await attempt(value, probes[i]);
    if (found === field.expected[i]) {
      ++equal;
    } else {
      counterexample ??= {start: probes[i][0], end: probes[i][1], expected: field.expected[i], found: String(found)};
    }
  }
  let made = 0;
  const survivors = [];
  for (const [old, other] of DATA.mutants ? MUTATIONS : []) {
    const mutant = field.text.split(old).join(other);
    if (mutant === field.text) continue;
    ++made;
    if (!(await differs(mutant, probes, field.expected))) survivors.push(old + ' -> ' + other);
  }
  const hash = (text) => createHash('sha256').update(text).digest('hex');
  console.log(JSON.stringify({name: field.name, source: field.source, residual: field.residual, text: field.text,
                              engine: ENGINE, instants: field.classes, equal, counterexample,
                              mutants: {made, killed: made - survivors.length, survivors},
                              sha256: {source: hash(field.source), residual: hash(field.residual), text: hash(field.text)}}));
  return counterexample === null;
};

let status = 0;
for (const field of DATA.fields) {
  if (!(await check(field))) status = 1;
}
process.exitCode = status;
)JS";

}  // namespace pipexpr::translator
