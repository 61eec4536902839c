/**
 * Raised when the same raw data yields other rows than before: an index that was derived by an older version is rebuilt
 * when the indexer starts.
 */
export const DERIVATION_VERSION = 2
