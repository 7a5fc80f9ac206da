import { html } from '@remix-run/html-template';
import type { RequestHandler } from 'express';
import { address } from './parts/address.ts';

/**
 * Sends the description of the search, with which a browser adds Portolan to its address bar (OpenSearch 1.1). Its addresses
 * must be absolute: they have the host of the request, so the response is not for other clients.
 */
export const sendOpensearch: RequestHandler = (request, response) => {
  const origin = `${request.protocol}://${request.host}`;
  response
    .set('Cache-Control', 'private, no-cache')
    .type('application/opensearchdescription+xml')
    .send(
      String(html`<?xml version="1.0" encoding="utf-8"?>
<OpenSearchDescription xmlns="http://a9.com/-/spec/opensearch/1.1/">
<ShortName>Portolan</ShortName>
<Description>Port, service name or words</Description>
<InputEncoding>UTF-8</InputEncoding>
<Image width="16" height="16" type="image/svg+xml">${origin + address('/favicon.ico')}</Image>
<Url type="text/html" template="${origin + address('/search')}?q={searchTerms}"/>
</OpenSearchDescription>
`),
    );
};
