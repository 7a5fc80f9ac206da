import { testFuzz } from './fuzz.ts';

// The cache grows by 25,000 kB until it is full.
testFuzz('with the cache', { settings: {}, maxGrowthKb: 50_000 });
