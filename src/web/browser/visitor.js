// Adapts the page of a port to its visitor before the first paint (`blocking="render"`), so that nothing moves: opens the
// commands for the visitor's system, and writes the address of this server into the curl command.

const platform = navigator.userAgentData?.platform ?? navigator.platform;
const system = [
  [/mac|iphone|ipad/i, 'macos'],
  [/win/i, 'windows'],
  [/freebsd/i, 'freebsd'],
].find(([pattern]) => pattern.test(platform))?.[1];

if (system !== undefined) {
  for (const commands of document.querySelectorAll('details[data-system]')) {
    commands.open = commands.dataset.system === system;
  }
}

// curl takes an address without a scheme for HTTP.
const origin = location.protocol === 'http:' ? location.host : location.origin;
for (const place of document.querySelectorAll('[data-origin]')) place.textContent = origin;
