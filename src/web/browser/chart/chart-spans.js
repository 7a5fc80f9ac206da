import { SIDE } from './chart-viewport.js';

/** Outlines a port interval: a polygon with steps, because the first and last row may be partial. */
export function outline(context, view, palette, { first, last, isSystem }, snap) {
  const [x0, y0] = view.placeOf(first);
  const [x1, y1] = view.placeOf(last);
  const [left] = view.placeOf(0);
  const right = left + SIDE * view.cell;
  const [end, below] = [x1 + view.cell, y1 + view.cell];
  const isOneRow = y0 === y1;
  const path = new Path2D();
  const points = isOneRow
    ? [
        [x0, y0],
        [end, y0],
        [end, below],
        [x0, below],
      ]
    : [
        [x0, y0],
        [right, y0],
        [right, y1],
        [end, y1],
        [end, below],
        [left, below],
        [left, y0 + view.cell],
        [x0, y0 + view.cell],
      ];
  for (const [x, y] of points) path.lineTo(snap(x), snap(y));
  path.closePath();
  context.lineJoin = 'miter';
  context.strokeStyle = palette.background;
  context.lineWidth = 4.5;
  context.stroke(path);
  context.strokeStyle = isSystem ? palette.accent : palette.text;
  context.lineWidth = 1.75;
  context.stroke(path);
}

/** Labels each interval in its first visible row, or above it if the interval is too low for text. */
export function labelSpans(context, view, palette, spans) {
  context.font = `600 ${palette.small}px ${palette.font}`;
  context.textAlign = 'left';
  context.textBaseline = 'middle';
  const occupied = [];
  for (const { first, last, title, isSystem } of spans) {
    const [, from] = view.placeOf(first - (first % SIDE));
    const [, to] = view.placeOf(last - (last % SIDE) + SIDE);
    if (to <= view.top || from >= view.top + view.length) continue;
    const isLow = to - from < 24;
    const y = isLow ? from - 19 : Math.max(from, view.top) + 3;
    const width = context.measureText(title).width + 12;
    if (y < 0 || y + 18 > view.top + view.length) continue;
    let x = view.left + 6;
    const isFree = () =>
      !occupied.some((box) => x < box.x + box.width && box.x < x + width && Math.abs(y - box.y) < 19);
    while (!isFree() && x + width < view.left + view.length) x += 12;
    if (x + width > view.left + view.length) continue;
    occupied.push({ x: x - 4, y, width: width + 8 });
    if (!isLow || y > view.top) {
      context.fillStyle = palette.background;
      context.globalAlpha = 0.9;
      context.beginPath();
      context.roundRect(x, y, width, 18, 3);
      context.fill();
      context.globalAlpha = 1;
    }
    context.fillStyle = isSystem ? palette.accent : palette.text;
    context.fillText(title, x + 6, y + 9.5);
  }
}
