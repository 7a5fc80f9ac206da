import assert from 'node:assert/strict';

/** Texts of the library's schemas: an error has a sentence in their place. */
const SCHEMA_DUMP = /invalid_(?:type|union|value|format|literal)|unrecognized_keys|too_(?:big|small)|Zod|\n/;

/** The longest message of an error, in characters. */
const LONGEST_MESSAGE = 1_100;

/**
 * Checks the responses of JSON-RPC in an answer of `POST /mcp`: each has a result, or an error with a code and a sentence.
 *
 * @param text - The body of the answer; empty for notifications alone.
 * @param leaks - Matches what no error may contain.
 */
export function checkMcpAnswer(text: string, leaks: RegExp): void {
  if (text === '') return;
  const parsed = JSON.parse(text);
  for (const { jsonrpc, result, error, id } of Array.isArray(parsed) ? parsed : [parsed]) {
    assert.equal(jsonrpc, '2.0');
    assert.ok(id === null || ['string', 'number'].includes(typeof id), `the id ${id}`);
    assert.notEqual(result === undefined, error === undefined, 'either a result or an error');
    if (error !== undefined) {
      assert.ok(Number.isInteger(error.code), `the code ${error.code}`);
      assert.notEqual(error.code, -32_603, `an internal error: ${error.message}`);
      assert.ok(
        error.message.length > 0 && error.message.length <= LONGEST_MESSAGE,
        `a message of ${error.message.length} characters`,
      );
      assert.doesNotMatch(error.message, SCHEMA_DUMP);
      assert.doesNotMatch(error.message, leaks);
    } else if (result.isError === true) assert.doesNotMatch(result.content[0].text, leaks);
  }
}
