// All nineteen operations through the JavaScript SDK, its typed errors, and retries through a proxy that fails twice for
// each of five calls and once more at the end. Prints "19 operations" at the end.
//
// usage: client.mjs ENDPOINT PROXY
import assert from 'node:assert/strict';
import * as sdk from '@aws-sdk/client-data-pipeline';

const client = new sdk.DataPipelineClient({ endpoint: process.argv[2], region: process.env.AWS_REGION, maxAttempts: 1 });
const called = new Set();

async function call(operation, input) {
  called.add(operation);
  return client.send(new sdk[operation + 'Command'](input));
}

const pipelineObjects = [
  { id: 'Default', name: 'Default', fields: [{ key: 'workerGroup', stringValue: 'js' }, { key: 'scheduleType', stringValue: 'ondemand' }] },
  { id: 'Say', name: 'Say', fields: [{ key: 'type', stringValue: 'ShellCommandActivity' }, { key: 'command', stringValue: 'echo #{myWord}' }] },
];
const parameterObjects = [{ id: 'myWord', attributes: [{ key: 'type', stringValue: 'String' }] }];
const parameterValues = [{ id: 'myWord', stringValue: 'grüß dich' }];

const { pipelineId } = await call('CreatePipeline', { name: 'js', uniqueId: 'js', tags: [{ key: 'k', value: 'v' }] });
assert.equal((await call('PutPipelineDefinition', { pipelineId, pipelineObjects, parameterObjects, parameterValues })).errored, false);
assert.equal((await call('ValidatePipelineDefinition', { pipelineId, pipelineObjects, parameterObjects, parameterValues })).errored, false);
assert.deepEqual((await call('GetPipelineDefinition', { pipelineId })).parameterValues, parameterValues);
await call('ActivatePipeline', { pipelineId, startTimestamp: new Date('2024-05-01T00:00:00Z') });
await call('AddTags', { pipelineId, tags: [{ key: 'a', value: 'b' }] });
await call('RemoveTags', { pipelineId, tagKeys: ['a'] });
assert.ok((await call('ListPipelines', {})).pipelineIdList.some((p) => p.id === pipelineId));
const [described] = (await call('DescribePipelines', { pipelineIds: [pipelineId] })).pipelineDescriptionList;
assert.deepEqual(described.tags, [{ key: 'k', value: 'v' }]);
assert.equal((await call('DescribeObjects', { pipelineId, objectIds: ['Say'], evaluateExpressions: true })).pipelineObjects[0].id, 'Say');
assert.deepEqual((await call('QueryObjects', { pipelineId, sphere: 'COMPONENT' })).ids, ['Default', 'Say']);
const { evaluatedExpression } = await call('EvaluateExpression', { pipelineId, objectId: 'Say', expression: '#{myWord}: #{1 + 2}' });
assert.equal(evaluatedExpression, 'grüß dich: 3');
await call('SetStatus', { pipelineId, objectIds: ['Say'], status: 'PAUSE' });
await call('SetStatus', { pipelineId, objectIds: ['Say'], status: 'RESUME' });
assert.equal((await call('ReportTaskRunnerHeartbeat', { taskrunnerId: 'r', workerGroup: 'js', hostname: 'h' })).terminate, false);
const { taskObject } = await call('PollForTask', { workerGroup: 'js', hostname: 'h' });
const command = taskObject.objects[taskObject.attemptId].fields.find((field) => field.key === 'command');
assert.equal(command.stringValue, 'echo grüß dich');
assert.equal((await call('ReportTaskProgress', { taskId: taskObject.taskId, fields: [{ key: 'percent', stringValue: '50' }] })).canceled, false);
await call('SetTaskStatus', { taskId: taskObject.taskId, taskStatus: 'FINISHED' });
assert.equal((await call('PollForTask', { workerGroup: 'js' })).taskObject, undefined);
await call('ActivatePipeline', { pipelineId });
await call('DeactivatePipeline', { pipelineId });
await assert.rejects(call('EvaluateExpression', { pipelineId, objectId: 'Say', expression: '#{1 +}' }), sdk.InvalidRequestException);
await assert.rejects(call('SetTaskStatus', { taskId: 'none', taskStatus: 'FAILED' }), sdk.TaskNotFoundException);
await call('DeletePipeline', { pipelineId });
await assert.rejects(call('ActivatePipeline', { pipelineId }), sdk.PipelineDeletedException);
await assert.rejects(call('DeletePipeline', { pipelineId: 'df-none' }), sdk.PipelineNotFoundException);

for (let error = 0; error < 5; ++error) {
  const flaky = new sdk.DataPipelineClient({ endpoint: process.argv[3], region: process.env.AWS_REGION, maxAttempts: 4 });
  const request = { name: 'retries', uniqueId: `js ${error}` };
  const made = await flaky.send(new sdk.CreatePipelineCommand(request));
  assert.equal(made.$metadata.attempts, 3);
  assert.equal((await call('CreatePipeline', request)).pipelineId, made.pipelineId);
}
const once = new sdk.DataPipelineClient({ endpoint: process.argv[3], region: process.env.AWS_REGION, maxAttempts: 1 });
await assert.rejects(once.send(new sdk.ListPipelinesCommand({})), sdk.InternalServiceError);
console.log(`${called.size} operations`);
