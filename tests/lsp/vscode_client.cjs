// A client of `pipexpr lsp` by VS Code's own protocol library: starts it, opens a definition, asks, and ends it.
const {spawn} = require('child_process');
const {readFileSync} = require('fs');
const assert = require('assert');
const protocol = require('vscode-languageserver-protocol/node');

const [program, file] = process.argv.slice(2);
const text = readFileSync(file, 'utf8');
const uri = 'file:///orders.json';

async function main() {
  const server = spawn(program, ['lsp'], {stdio: ['pipe', 'pipe', 'inherit']});
  const connection = protocol.createProtocolConnection(
    new protocol.StreamMessageReader(server.stdout), new protocol.StreamMessageWriter(server.stdin));
  const published = new Promise(resolve => connection.onNotification(protocol.PublishDiagnosticsNotification.type, resolve));
  connection.listen();
  const started = await connection.sendRequest(protocol.InitializeRequest.type,
    {processId: null, rootUri: null, capabilities: {}, initializationOptions: {at: '2024-05-24T17:00:00'}});
  assert.strictEqual(started.capabilities.positionEncoding, 'utf-16');
  await connection.sendNotification(protocol.InitializedNotification.type, {});
  await connection.sendNotification(protocol.DidOpenTextDocumentNotification.type,
    {textDocument: {uri, languageId: 'json', version: 1, text}});
  assert.deepStrictEqual((await published).diagnostics, []);

  const about = {textDocument: {uri}};
  const before = text.slice(0, text.indexOf('minusDays(') + 3).split('\n');
  const position = {line: before.length - 1, character: before[before.length - 1].length};
  const hover = await connection.sendRequest(protocol.HoverRequest.type, {...about, position});
  assert.ok(hover.contents.value.includes("ordered_at < '2024-04-24 00:00:00'"), hover.contents.value);
  const completion = await connection.sendRequest(protocol.CompletionRequest.type, {...about, position});
  assert.ok(completion.items.some(item => item.label === 'minusDays'));
  const range = {start: {line: 0, character: 0}, end: {line: 1000, character: 0}};
  const hints = await connection.sendRequest(protocol.InlayHintRequest.type, {...about, range});
  assert.ok(hints.some(hint => hint.label === '= orders_2024_05'));
  assert.ok(!JSON.stringify(hints).includes('not-a-real-password'));
  const symbols = await connection.sendRequest(protocol.DocumentSymbolRequest.type, about);
  assert.strictEqual(symbols[0].name, 'Default');
  const lenses = await connection.sendRequest(protocol.CodeLensRequest.type, about);
  assert.strictEqual(lenses[0].command.title, '1464 runs from 2024-05-01T00:00:00');
  const tokens = await connection.sendRequest(protocol.SemanticTokensRequest.type, about);
  assert.ok(tokens.data.length > 100 && tokens.data.length % 5 === 0);
  await assert.rejects(connection.sendRequest(protocol.RenameRequest.type, {...about, position, newName: 'x'}));
  await connection.sendRequest(protocol.ShutdownRequest.type);
  await connection.sendNotification(protocol.ExitNotification.type);
  assert.strictEqual(await new Promise(resolve => server.on('exit', resolve)), 0);
  console.log('initialize to exit: all answers as expected');
}

main().then(() => process.exit(0), fault => {
  console.error(fault);
  process.exit(1);
});
