CREATE TABLE "stream_draft" (
	"seq" bigint GENERATED ALWAYS AS IDENTITY (sequence name "stream_draft_seq_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"kind" text NOT NULL,
	"username" text,
	"number" integer,
	"until" integer,
	"other" text,
	"hash" "bytea"
);
--> statement-breakpoint
CREATE TABLE "stream_event" (
	"id" bigint PRIMARY KEY NOT NULL,
	"at_ms" bigint NOT NULL,
	"kind" text NOT NULL,
	"username" text,
	"number" integer,
	"until" integer,
	"other" text,
	"hash" "bytea"
);
--> statement-breakpoint
CREATE INDEX "user_state_prefix" ON "user_state" USING btree ("username" text_pattern_ops) WHERE "user_state"."last_time" is not null;