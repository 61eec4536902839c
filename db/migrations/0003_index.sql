CREATE TABLE "following_span" (
	"username" text NOT NULL,
	"followed" text NOT NULL,
	"since_time" bigint NOT NULL,
	"since_height" integer NOT NULL,
	"until_time" bigint,
	"until_height" integer,
	CONSTRAINT "following_span_username_followed_since_time_pk" PRIMARY KEY("username","followed","since_time")
);
--> statement-breakpoint
CREATE TABLE "profile_version" (
	"username" text NOT NULL,
	"seq" integer NOT NULL,
	"content_hash" "bytea" NOT NULL,
	"height" integer NOT NULL,
	"time" bigint NOT NULL,
	"fullname" text NOT NULL,
	"bio" text NOT NULL,
	"location" text NOT NULL,
	"url" text NOT NULL,
	"tox" text NOT NULL,
	"bitmessage" text NOT NULL,
	CONSTRAINT "profile_version_username_seq_content_hash_pk" PRIMARY KEY("username","seq","content_hash")
);
--> statement-breakpoint
CREATE TABLE "twist_link" (
	"username" text NOT NULL,
	"k" integer NOT NULL,
	"link" text NOT NULL,
	"uid" bigint NOT NULL,
	"target_k" integer NOT NULL,
	CONSTRAINT "twist_link_username_k_link_pk" PRIMARY KEY("username","k","link")
);
--> statement-breakpoint
CREATE TABLE "reconciliation" (
	"node_id" text NOT NULL,
	"username" text NOT NULL,
	"compared_at" double precision NOT NULL,
	"next_at" double precision NOT NULL,
	"wait_s" double precision NOT NULL,
	"lacking_here" integer NOT NULL,
	"lacking_there" integer NOT NULL,
	"asked" bigint NOT NULL,
	"given" bigint NOT NULL,
	CONSTRAINT "reconciliation_node_id_username_pk" PRIMARY KEY("node_id","username")
);
--> statement-breakpoint
CREATE TABLE "hidden_user" (
	"username" text PRIMARY KEY NOT NULL,
	"cause" text NOT NULL,
	"reason" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "hidden_userpost" (
	"username" text NOT NULL,
	"k" integer NOT NULL,
	"cause" text NOT NULL,
	"subject" text NOT NULL,
	"reason" text NOT NULL,
	CONSTRAINT "hidden_userpost_username_k_pk" PRIMARY KEY("username","k")
);
--> statement-breakpoint
CREATE TABLE "moderation" (
	"kind" text NOT NULL,
	"subject" text NOT NULL,
	"reason" text NOT NULL,
	"at" double precision NOT NULL,
	CONSTRAINT "moderation_kind_subject_pk" PRIMARY KEY("kind","subject")
);
--> statement-breakpoint
CREATE TABLE "search_word" (
	"word" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "hashtag_author" (
	"tag" text NOT NULL,
	"username" text NOT NULL,
	"post_count" integer NOT NULL,
	"last_time" bigint NOT NULL,
	CONSTRAINT "hashtag_author_tag_username_pk" PRIMARY KEY("tag","username")
);
--> statement-breakpoint
CREATE TABLE "hashtag_day" (
	"tag" text NOT NULL,
	"day" integer NOT NULL,
	"post_count" integer NOT NULL,
	"people_count" integer NOT NULL,
	CONSTRAINT "hashtag_day_tag_day_pk" PRIMARY KEY("tag","day")
);
--> statement-breakpoint
CREATE TABLE "hashtag_state" (
	"tag" text PRIMARY KEY NOT NULL,
	"post_count" integer NOT NULL,
	"people_count" integer NOT NULL,
	"first_time" bigint NOT NULL,
	"last_time" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "network_day" (
	"day" integer PRIMARY KEY NOT NULL,
	"post_count" integer NOT NULL,
	"author_count" integer NOT NULL,
	"name_count" integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE "network_year" (
	"year" integer PRIMARY KEY NOT NULL,
	"post_count" integer NOT NULL,
	"author_count" integer NOT NULL,
	"name_count" integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE "recount" (
	"what" text NOT NULL,
	"name" text NOT NULL,
	"number" bigint NOT NULL,
	"username" text
);
--> statement-breakpoint
CREATE TABLE "user_day" (
	"username" text NOT NULL,
	"day" integer NOT NULL,
	"plain_count" integer NOT NULL,
	"reply_count" integer NOT NULL,
	"retwist_count" integer NOT NULL,
	"favourite_count" integer NOT NULL,
	"private_favourite_count" integer NOT NULL,
	"direct_count" integer NOT NULL,
	"custom_count" integer NOT NULL,
	"known_k" integer NOT NULL,
	"first_time" bigint,
	"last_time" bigint,
	CONSTRAINT "user_day_username_day_pk" PRIMARY KEY("username","day")
);
--> statement-breakpoint
CREATE TABLE "user_year" (
	"username" text NOT NULL,
	"year" integer NOT NULL,
	"plain_count" integer NOT NULL,
	"reply_count" integer NOT NULL,
	"retwist_count" integer NOT NULL,
	"favourite_count" integer NOT NULL,
	"private_favourite_count" integer NOT NULL,
	"direct_count" integer NOT NULL,
	"custom_count" integer NOT NULL,
	"known_k" integer NOT NULL,
	"first_time" bigint,
	"last_time" bigint,
	CONSTRAINT "user_year_username_year_pk" PRIMARY KEY("username","year")
);
--> statement-breakpoint
CREATE TABLE "userpost_count" (
	"username" text NOT NULL,
	"k" integer NOT NULL,
	"reply_count" integer NOT NULL,
	"retwist_count" integer NOT NULL,
	"favourite_count" integer NOT NULL,
	"day" integer,
	CONSTRAINT "userpost_count_username_k_pk" PRIMARY KEY("username","k")
);
--> statement-breakpoint
DROP INDEX "promoted_username_height";--> statement-breakpoint
DROP INDEX "avatar_content_hash";--> statement-breakpoint
DROP INDEX "user_state_post_count";--> statement-breakpoint
ALTER TABLE "inventory" ADD COLUMN "sequence" bigint;--> statement-breakpoint
ALTER TABLE "inventory" ADD COLUMN "numbers_from" integer;--> statement-breakpoint
ALTER TABLE "inventory" ADD COLUMN "numbers_to" integer;--> statement-breakpoint
ALTER TABLE "inventory" ADD COLUMN "numbers" "int4multirange";--> statement-breakpoint
ALTER TABLE "inventory" ADD COLUMN "profile_seq" integer;--> statement-breakpoint
ALTER TABLE "inventory" ADD COLUMN "avatar_seq" integer;--> statement-breakpoint
ALTER TABLE "inventory" ADD COLUMN "following_seq" integer;--> statement-breakpoint
ALTER TABLE "hashtag" ADD COLUMN "is_dispatched" boolean DEFAULT true NOT NULL;--> statement-breakpoint
ALTER TABLE "hashtag" ADD COLUMN "is_linked" boolean DEFAULT true NOT NULL;--> statement-breakpoint
ALTER TABLE "mention" ADD COLUMN "is_dispatched" boolean DEFAULT true NOT NULL;--> statement-breakpoint
ALTER TABLE "mention" ADD COLUMN "is_linked" boolean DEFAULT true NOT NULL;--> statement-breakpoint
ALTER TABLE "userpost" ADD COLUMN "lang" text;--> statement-breakpoint
ALTER TABLE "userpost" ADD COLUMN "words" "tsvector";--> statement-breakpoint
CREATE INDEX "following_span_username" ON "following_span" USING btree ("username","since_time","followed");--> statement-breakpoint
CREATE INDEX "following_span_followed" ON "following_span" USING btree ("followed","since_time","username");--> statement-breakpoint
CREATE INDEX "twist_link_target" ON "twist_link" USING btree ("uid","target_k");--> statement-breakpoint
CREATE INDEX "hidden_userpost_subject" ON "hidden_userpost" USING btree ("cause","subject");--> statement-breakpoint
CREATE INDEX "search_word_word" ON "search_word" USING btree ("word");--> statement-breakpoint
CREATE INDEX "search_word_trigrams" ON "search_word" USING gin ("word" gin_trgm_ops);--> statement-breakpoint
CREATE INDEX "hashtag_author_posts" ON "hashtag_author" USING btree ("tag","post_count","username");--> statement-breakpoint
CREATE INDEX "hashtag_author_recent" ON "hashtag_author" USING btree ("last_time","tag");--> statement-breakpoint
CREATE INDEX "hashtag_state_prefix" ON "hashtag_state" USING btree ("tag" text_pattern_ops);--> statement-breakpoint
CREATE INDEX "hashtag_state_trigrams" ON "hashtag_state" USING gin ("tag" gin_trgm_ops);--> statement-breakpoint
CREATE INDEX "user_day_day" ON "user_day" USING btree ("day",("plain_count" + "reply_count" + "retwist_count"),"username");--> statement-breakpoint
CREATE INDEX "user_year_year" ON "user_year" USING btree ("year") WHERE "user_year"."first_time" is not null;--> statement-breakpoint
CREATE INDEX "userpost_count_day_answers" ON "userpost_count" USING btree ("day",("reply_count" + "retwist_count" + "favourite_count"),"username","k") WHERE "userpost_count"."day" is not null;--> statement-breakpoint
CREATE INDEX "userpost_count_answers" ON "userpost_count" USING btree (("reply_count" + "retwist_count" + "favourite_count"),"username","k") WHERE "userpost_count"."day" is not null;--> statement-breakpoint
CREATE INDEX "userpost_count_day_replies" ON "userpost_count" USING btree ("day","reply_count","username","k") WHERE "userpost_count"."day" is not null and "userpost_count"."reply_count" > 0;--> statement-breakpoint
CREATE INDEX "userpost_count_replies" ON "userpost_count" USING btree ("reply_count","username","k") WHERE "userpost_count"."day" is not null and "userpost_count"."reply_count" > 0;--> statement-breakpoint
CREATE INDEX "profile_folded" ON "profile" USING gin (search_folded("username" || ' ' || "fullname" || ' ' || "bio") gin_trgm_ops);--> statement-breakpoint
CREATE INDEX "name_first_time" ON "name" USING btree ("first_time");--> statement-breakpoint
CREATE INDEX "name_trigrams" ON "name" USING gin ("username" gin_trgm_ops);--> statement-breakpoint
CREATE INDEX "hashtag_tag_username" ON "hashtag" USING btree ("tag","username","sort_time","k");--> statement-breakpoint
CREATE INDEX "userpost_words" ON "userpost" USING gin ("words") WHERE "userpost"."words" is not null;--> statement-breakpoint
CREATE INDEX "userpost_retwist_newest" ON "userpost" USING btree ("sort_time","username","k","inner_n","inner_k") WHERE "userpost"."kind" = 'retwist';--> statement-breakpoint
CREATE INDEX "userpost_username_newest" ON "userpost" USING btree ("username","sort_time","k","kind");