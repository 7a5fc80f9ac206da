import type { ApolloServerPlugin } from '@apollo/server';

/** What is wrong with a request that could be read but not be run. */
const NOT_RUN = ['GRAPHQL_PARSE_FAILED', 'GRAPHQL_VALIDATION_FAILED', 'BAD_USER_INPUT', 'OPERATION_RESOLUTION_FAILURE'];

/**
 * Answers 200 instead of 400 where an operation could not be run and the client names `application/json` as what it
 * accepts: clients from before `application/graphql-response+json` take any other status for a failure of the transport
 * and do not read the errors. Whoever names the newer media type too, or none, knows the true status.
 *
 * @see GraphQL over HTTP, section 6.4.1; audits 572B, FDE2 and 7B9B of graphql-http
 */
export function okForPlainJson(): ApolloServerPlugin {
  return {
    requestDidStart: async () => ({
      willSendResponse: async ({ request, response: { http, body } }) => {
        if (http.status !== 400 || body.kind !== 'single' || body.singleResult.data !== undefined) return;
        const codes = (body.singleResult.errors ?? []).map(({ extensions }) => String(extensions?.code));
        const named = mediaTypes(request.http?.headers.get('accept'));
        const isOld = named.includes('application/json') && !named.includes('application/graphql-response+json');
        if (isOld && codes.every((code) => NOT_RUN.includes(code))) http.status = 200;
      },
    }),
  };
}

function mediaTypes(accept = ''): string[] {
  return accept.split(',').map((range) => (range.split(';', 1)[0] ?? '').trim().toLowerCase());
}
