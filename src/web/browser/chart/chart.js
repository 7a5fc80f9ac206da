// Fetches the bytes of the chart and draws it. The performance measure `chart-drawn` is the time of drawing.
import { ChartController } from './chart-controller.js';

const root = document.querySelector('#chart');
try {
  const response = await fetch(root.dataset.bytes);
  if (!response.ok) throw new Error(`the server answered ${response.status}`);
  const bytes = new Uint8Array(await response.arrayBuffer());
  performance.mark('chart-bytes');
  new ChartController(root, bytes);
  performance.measure('chart-drawn', 'chart-bytes');
} catch (error) {
  root.querySelector('.chart-words').textContent =
    `Cannot draw the chart: ${error.message}. The table shows the same data in numbers.`;
}
