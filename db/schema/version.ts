/** Raised with every migration; the indexer and the site check it against meta 'schema' when they start. */
export const SCHEMA_VERSION = 5
