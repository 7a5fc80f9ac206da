// Run by `npm pack`, after it has read all files.
import { removePacked } from './packed-files.ts';

removePacked();
