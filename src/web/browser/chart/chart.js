// Fetches the bytes of the chart and draws it. The performance measure `chart-drawn` is the time of drawing.
import { ChartController } from './chart-controller.js';

const root = document.querySelector('#chart');
try {
  const response = await fetch(root.dataset.bytes);
  if (!response.ok) throw new Error(`the server answered ${response.status}`);
  const bytes = new Uint8Array(await response.arrayBuffer());
  performance.mark('chart-bytes');
  const chart = new ChartController(root, bytes);
  performance.measure('chart-drawn', 'chart-bytes');
  // Without a token or a proxy that signs users in, the server would refuse the numbers of hosts.
  if (sessionStorage.getItem('portolan.token') !== null || document.documentElement.dataset.signIn !== undefined) {
    const { ObservedPorts } = await import('./observed-ports.js');
    chart.observed = new ObservedPorts(root, () => chart.refresh());
  }
} catch (error) {
  root.querySelector('.chart-words').textContent =
    `Cannot draw the chart: ${error.message}. The table shows the same data in numbers.`;
}
