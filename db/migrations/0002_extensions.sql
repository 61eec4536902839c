CREATE EXTENSION IF NOT EXISTS unaccent;
--> statement-breakpoint
CREATE EXTENSION IF NOT EXISTS pg_trgm;
--> statement-breakpoint
-- What people are found by. unaccent is only STABLE, since its dictionary could be changed; with the dictionary named, and
-- never changed by us, the same text gives the same answer, which an index asks for.
CREATE FUNCTION search_folded(input text) RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
  RETURN lower(public.unaccent('public.unaccent'::regdictionary, normalize(input, NFKC)));
