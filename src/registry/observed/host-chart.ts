/** One byte for each port, 0 to 65535: the number of hosts that listen on it, at most `MOST_CHART_HOSTS`. */
export type HostChart = Uint8Array;

/** The largest number in a byte of the chart. */
export const MOST_CHART_HOSTS = 255;
