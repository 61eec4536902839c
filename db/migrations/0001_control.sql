CREATE TABLE "user_fetch" (
	"username" text PRIMARY KEY NOT NULL,
	"node_id" text NOT NULL,
	"state" text NOT NULL,
	"since" double precision NOT NULL,
	"profile" boolean NOT NULL,
	"avatar" boolean NOT NULL,
	"following" integer NOT NULL,
	"posts" integer NOT NULL,
	"known_k" integer,
	"code" text,
	"at" double precision NOT NULL
);
--> statement-breakpoint
ALTER TABLE "inventory" ADD COLUMN "origin" text DEFAULT 'operator' NOT NULL;--> statement-breakpoint
ALTER TABLE "inventory" ADD COLUMN "since" double precision DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "inventory" ADD COLUMN "is_registered" boolean DEFAULT true NOT NULL;--> statement-breakpoint
ALTER TABLE "inventory" ADD COLUMN "missing" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "inventory" ADD COLUMN "invalid" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "inventory" ADD COLUMN "rivals" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "inventory" ADD COLUMN "last_attempt" double precision;--> statement-breakpoint
ALTER TABLE "inventory" ADD COLUMN "last_error_at" double precision;--> statement-breakpoint
CREATE INDEX "user_fetch_at" ON "user_fetch" USING btree ("at");