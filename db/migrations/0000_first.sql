CREATE TABLE "block" (
	"hash" "bytea" PRIMARY KEY NOT NULL,
	"height" integer NOT NULL,
	"prev_hash" "bytea" NOT NULL,
	"raw" "bytea" NOT NULL,
	"time" bigint NOT NULL,
	"bits" bigint NOT NULL,
	"chainwork" numeric NOT NULL,
	"is_active" boolean NOT NULL,
	"tx_count" integer NOT NULL,
	"cumulative_tx_count" bigint NOT NULL,
	"refused" text,
	"first_seen" double precision NOT NULL,
	"source" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "promoted" (
	"height" integer PRIMARY KEY NOT NULL,
	"block_hash" "bytea" NOT NULL,
	"username" text NOT NULL,
	"message" text NOT NULL,
	"has_signature" boolean NOT NULL,
	"time" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "avatar" (
	"username" text PRIMARY KEY NOT NULL,
	"mime" text NOT NULL,
	"bytes" "bytea" NOT NULL,
	"content_hash" "bytea" NOT NULL,
	"seq" integer NOT NULL,
	"height" integer NOT NULL,
	"time" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "following" (
	"username" text NOT NULL,
	"followed" text NOT NULL,
	"page" integer NOT NULL,
	"position" integer NOT NULL,
	CONSTRAINT "following_username_followed_pk" PRIMARY KEY("username","followed")
);
--> statement-breakpoint
CREATE TABLE "profile" (
	"username" text PRIMARY KEY NOT NULL,
	"fullname" text NOT NULL,
	"bio" text NOT NULL,
	"location" text NOT NULL,
	"url" text NOT NULL,
	"tox" text NOT NULL,
	"bitmessage" text NOT NULL,
	"seq" integer NOT NULL,
	"height" integer NOT NULL,
	"time" bigint NOT NULL,
	"content_hash" "bytea" NOT NULL
);
--> statement-breakpoint
CREATE TABLE "raw_dht_item" (
	"target" "bytea" NOT NULL,
	"content_hash" "bytea" NOT NULL,
	"sig_user" text NOT NULL,
	"key_id" "bytea" NOT NULL,
	"n" "bytea" NOT NULL,
	"r" text NOT NULL,
	"t" text NOT NULL,
	"seq" integer,
	"height" integer NOT NULL,
	"time" bigint NOT NULL,
	"p" "bytea" NOT NULL,
	"sig_p" "bytea" NOT NULL,
	"first_seen" double precision NOT NULL,
	"source" text NOT NULL,
	"tip_height" integer NOT NULL,
	CONSTRAINT "raw_dht_item_target_content_hash_sig_user_key_id_pk" PRIMARY KEY("target","content_hash","sig_user","key_id")
);
--> statement-breakpoint
CREATE TABLE "inventory" (
	"node_id" text NOT NULL,
	"username" text NOT NULL,
	"known_k" integer,
	"held" integer NOT NULL,
	"seen" integer NOT NULL,
	"peers" integer NOT NULL,
	"last_error" text,
	"at" double precision NOT NULL,
	CONSTRAINT "inventory_node_id_username_pk" PRIMARY KEY("node_id","username")
);
--> statement-breakpoint
CREATE TABLE "indexer_status" (
	"id" integer PRIMARY KEY NOT NULL,
	"json" jsonb NOT NULL,
	"at" double precision NOT NULL
);
--> statement-breakpoint
CREATE TABLE "meta" (
	"key" text PRIMARY KEY NOT NULL,
	"value" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "node_status" (
	"node_id" text PRIMARY KEY NOT NULL,
	"json" jsonb NOT NULL,
	"at" double precision NOT NULL
);
--> statement-breakpoint
CREATE TABLE "outbox_cursor" (
	"node_id" text PRIMARY KEY NOT NULL,
	"cursor" bigint NOT NULL,
	"received" "int8multirange" DEFAULT '{}'::int8multirange NOT NULL,
	"updated_at" double precision NOT NULL
);
--> statement-breakpoint
CREATE TABLE "name" (
	"username" text PRIMARY KEY NOT NULL,
	"first_height" integer NOT NULL,
	"first_time" bigint NOT NULL,
	"first_tx_index" integer NOT NULL,
	"height" integer NOT NULL,
	"txid" "bytea" NOT NULL,
	"public_key" "bytea",
	"uid" bigint NOT NULL,
	"key_count" integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE "registration" (
	"username" text NOT NULL,
	"height" integer NOT NULL,
	"block_hash" "bytea" NOT NULL,
	"txid" "bytea" NOT NULL,
	"pub_key_script" "bytea" NOT NULL,
	"public_key" "bytea",
	"kind" text NOT NULL,
	"tx_index" integer NOT NULL,
	"uid" bigint NOT NULL,
	"time" bigint NOT NULL,
	CONSTRAINT "registration_username_height_pk" PRIMARY KEY("username","height")
);
--> statement-breakpoint
CREATE TABLE "raw_userpost" (
	"username" text NOT NULL,
	"k" integer NOT NULL,
	"content_hash" "bytea" NOT NULL,
	"key_id" "bytea" NOT NULL,
	"piece" "bytea" NOT NULL,
	"height" integer NOT NULL,
	"rt_name" text,
	"rt_key_id" "bytea",
	"fav_name" text,
	"fav_key_id" "bytea",
	"first_seen" double precision NOT NULL,
	"source" text NOT NULL,
	"tip_height" integer NOT NULL,
	"due_height" integer NOT NULL,
	"verdict" text NOT NULL,
	CONSTRAINT "raw_userpost_username_k_content_hash_key_id_pk" PRIMARY KEY("username","k","content_hash","key_id")
);
--> statement-breakpoint
CREATE TABLE "user_state" (
	"username" text PRIMARY KEY NOT NULL,
	"known_k" integer,
	"post_count" integer NOT NULL,
	"plain_count" integer NOT NULL,
	"reply_count" integer NOT NULL,
	"retwist_count" integer NOT NULL,
	"favourite_count" integer NOT NULL,
	"private_favourite_count" integer NOT NULL,
	"direct_count" integer NOT NULL,
	"custom_count" integer NOT NULL,
	"following_count" integer NOT NULL,
	"follower_count" integer NOT NULL,
	"first_time" bigint,
	"last_time" bigint
);
--> statement-breakpoint
CREATE TABLE "hashtag" (
	"tag" text NOT NULL,
	"username" text NOT NULL,
	"k" integer NOT NULL,
	"sort_time" bigint NOT NULL,
	CONSTRAINT "hashtag_username_k_tag_pk" PRIMARY KEY("username","k","tag")
);
--> statement-breakpoint
CREATE TABLE "mention" (
	"mentioned" text NOT NULL,
	"username" text NOT NULL,
	"k" integer NOT NULL,
	"sort_time" bigint NOT NULL,
	CONSTRAINT "mention_username_k_mentioned_pk" PRIMARY KEY("username","k","mentioned")
);
--> statement-breakpoint
CREATE TABLE "userpost" (
	"username" text NOT NULL,
	"k" integer NOT NULL,
	"content_hash" "bytea" NOT NULL,
	"key_id" "bytea" NOT NULL,
	"kind" text NOT NULL,
	"height" integer NOT NULL,
	"time" bigint NOT NULL,
	"sort_time" bigint NOT NULL,
	"msg" text NOT NULL,
	"msg2" text NOT NULL,
	"text_length" integer NOT NULL,
	"lastk" integer,
	"reply_n" text,
	"reply_k" integer,
	"inner_n" text,
	"inner_k" integer,
	"inner_time" bigint,
	"inner_height" integer,
	"inner_msg" text,
	"inner_msg2" text,
	"inner_reply_n" text,
	"inner_reply_k" integer,
	"inner_content_hash" "bytea",
	"url" text,
	"mimetype" text,
	"has_wort" boolean NOT NULL,
	"rival_count" integer NOT NULL,
	CONSTRAINT "userpost_username_k_pk" PRIMARY KEY("username","k")
);
--> statement-breakpoint
CREATE TABLE "pending_item" (
	"id" "bytea" PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"code" text NOT NULL,
	"username" text,
	"wait_height" integer,
	"prev_hash" "bytea",
	"item" text NOT NULL,
	"attempts" integer NOT NULL,
	"received_at" double precision NOT NULL
);
--> statement-breakpoint
CREATE TABLE "quarantine" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"digest" "bytea" NOT NULL,
	"code" text NOT NULL,
	"kind" text NOT NULL,
	"username" text,
	"k" integer,
	"bytes" "bytea" NOT NULL,
	"item" text,
	"source" text NOT NULL,
	"detail" text NOT NULL,
	"received_at" double precision NOT NULL,
	CONSTRAINT "quarantine_digest_unique" UNIQUE("digest")
);
--> statement-breakpoint
CREATE UNIQUE INDEX "block_active_height" ON "block" USING btree ("height") WHERE "block"."is_active";--> statement-breakpoint
CREATE INDEX "block_prev_hash" ON "block" USING btree ("prev_hash");--> statement-breakpoint
CREATE INDEX "promoted_username_height" ON "promoted" USING btree ("username","height");--> statement-breakpoint
CREATE INDEX "avatar_content_hash" ON "avatar" USING btree ("content_hash");--> statement-breakpoint
CREATE INDEX "following_followed" ON "following" USING btree ("followed","username");--> statement-breakpoint
CREATE INDEX "raw_dht_item_sig_user" ON "raw_dht_item" USING btree ("sig_user","r","seq");--> statement-breakpoint
CREATE INDEX "raw_dht_item_height" ON "raw_dht_item" USING btree ("height");--> statement-breakpoint
CREATE INDEX "inventory_username" ON "inventory" USING btree ("username");--> statement-breakpoint
CREATE INDEX "name_first_height" ON "name" USING btree ("first_height","first_tx_index");--> statement-breakpoint
CREATE INDEX "name_prefix" ON "name" USING btree ("username" text_pattern_ops);--> statement-breakpoint
CREATE INDEX "name_uid" ON "name" USING btree ("uid");--> statement-breakpoint
CREATE INDEX "registration_height" ON "registration" USING btree ("height","tx_index");--> statement-breakpoint
CREATE INDEX "raw_userpost_due_height" ON "raw_userpost" USING btree ("due_height");--> statement-breakpoint
CREATE INDEX "raw_userpost_rt_name" ON "raw_userpost" USING btree ("rt_name") WHERE "raw_userpost"."rt_name" is not null;--> statement-breakpoint
CREATE INDEX "raw_userpost_fav_name" ON "raw_userpost" USING btree ("fav_name") WHERE "raw_userpost"."fav_name" is not null;--> statement-breakpoint
CREATE INDEX "user_state_last_time" ON "user_state" USING btree ("last_time","username") WHERE "user_state"."last_time" is not null;--> statement-breakpoint
CREATE INDEX "user_state_post_count" ON "user_state" USING btree ("post_count","username");--> statement-breakpoint
CREATE INDEX "user_state_follower_count" ON "user_state" USING btree ("follower_count","username");--> statement-breakpoint
CREATE INDEX "hashtag_tag_newest" ON "hashtag" USING btree ("tag","sort_time","username","k");--> statement-breakpoint
CREATE INDEX "hashtag_newest" ON "hashtag" USING btree ("sort_time");--> statement-breakpoint
CREATE INDEX "mention_mentioned_newest" ON "mention" USING btree ("mentioned","sort_time","username","k");--> statement-breakpoint
CREATE INDEX "userpost_newest" ON "userpost" USING btree ("sort_time","username","k") WHERE "userpost"."kind" in ('post', 'reply', 'retwist');--> statement-breakpoint
CREATE INDEX "userpost_username_kind_k" ON "userpost" USING btree ("username","kind","k");--> statement-breakpoint
CREATE INDEX "userpost_reply" ON "userpost" USING btree ("reply_n","reply_k","sort_time","username","k") WHERE "userpost"."reply_n" is not null;--> statement-breakpoint
CREATE INDEX "userpost_inner" ON "userpost" USING btree ("inner_n","inner_k","kind","sort_time","username","k") WHERE "userpost"."inner_n" is not null;--> statement-breakpoint
CREATE INDEX "pending_item_username" ON "pending_item" USING btree ("username") WHERE "pending_item"."username" is not null;--> statement-breakpoint
CREATE INDEX "pending_item_wait_height" ON "pending_item" USING btree ("wait_height") WHERE "pending_item"."wait_height" is not null;--> statement-breakpoint
CREATE INDEX "pending_item_prev_hash" ON "pending_item" USING btree ("prev_hash") WHERE "pending_item"."prev_hash" is not null;--> statement-breakpoint
CREATE INDEX "pending_item_received_at" ON "pending_item" USING btree ("received_at");--> statement-breakpoint
CREATE INDEX "quarantine_username" ON "quarantine" USING btree ("username") WHERE "quarantine"."username" is not null;--> statement-breakpoint
CREATE INDEX "quarantine_code" ON "quarantine" USING btree ("code","id");