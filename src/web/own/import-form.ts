import { html, type SafeHtml } from '@remix-run/html-template';
import { SYNC_SCOPES } from '../../registry/own/own-sync.ts';

/**
 * The form that imports own entries from a file or from pasted rows. A script enables it, previews the import, and then runs
 * it: only a script can send the token.
 */
export const IMPORT_FORM: SafeHtml = html`<details id="import" class="import"><summary class="button">Import</summary>
<noscript><p>To import here, the page needs JavaScript, which sends the token. Without it, use the command line: <code>portolan own import FILE</code></p></noscript>
<form id="import-form" class="entry" novalidate>
<p class="meta">A table with the columns of your spreadsheet, saved as CSV or pasted; a list as JSON; or lines of services(5). Nothing is written before you have seen the changes.</p>
<fieldset class="fields" disabled><legend class="visually-hidden">Own entries to import</legend>
<div class="field"><label for="import-file">File</label><input id="import-file" type="file" accept=".csv,.tsv,.txt,.json,.services,text/csv,text/plain,application/json"></div>
<div class="field"><label for="import-rows">Or rows copied from your spreadsheet, with the row of headers</label><textarea id="import-rows" name="rows" rows="4" autocomplete="off" spellcheck="false"></textarea></div>
<details><summary>More: format, encoding, columns, entries to remove</summary>
<div class="fields">
<div class="field"><label for="import-format">Format</label><select id="import-format" name="format"><option value="">by the name of the file or the first character</option><option value="text/csv">table</option><option value="application/json">JSON</option><option value="text/x-services">services(5)</option></select></div>
<div class="field"><label for="import-encoding">Encoding</label><select id="import-encoding" name="encoding"><option value="">UTF-8 or UTF-16</option><option>windows-1252</option></select></div>
<div class="field"><label for="import-map">Fields of columns, such as Squad=owner, Comment=-</label><input id="import-map" name="map" type="text" autocomplete="off" spellcheck="false"></div>
<label class="box"><input type="checkbox" name="ignoreUnknown"> Leave out columns with an unknown header</label>
<div class="field"><label for="import-scope">Remove entries that are not in the file</label><select id="import-scope" name="scope"><option value="">none</option>${SYNC_SCOPES.map((scope) => html`<option value="${scope}">those of the ${scope} below</option>`)}</select></div>
<div class="field"><label for="import-scope-name">Owner, tag or pool</label><input id="import-scope-name" name="scopeName" type="text" maxlength="100" autocomplete="off" spellcheck="false"></div>
</div></details>
</fieldset>
<p class="fault summary" role="alert" tabindex="-1"></p>
<p class="buttons"><button class="first" disabled>Preview</button></p>
</form>
<div id="import-preview" role="region" aria-label="Preview of the import" tabindex="-1" hidden></div>
</details>`;
