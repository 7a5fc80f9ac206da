import { testFuzz } from './fuzz.ts';

// The measured growth is 1,000 kB.
testFuzz('without the cache', { settings: { ANSWER_CACHE: 'off' }, maxGrowthKb: 10_000 });
