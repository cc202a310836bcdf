/** Of every file that this project made: SQLite's default. */
export const PAGE_BYTES = 4096;
