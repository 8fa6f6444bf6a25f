CREATE TABLE "attempt" (
	"id" uuid NOT NULL,
	"by" text NOT NULL,
	"learner_id" uuid NOT NULL,
	"lesson_id" text NOT NULL,
	"lesson_version" text NOT NULL,
	"exercise_id" text NOT NULL,
	"code" text NOT NULL,
	"code_hash" text NOT NULL,
	"result" text NOT NULL,
	"passed" integer NOT NULL,
	"checks" integer NOT NULL,
	"mistake" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "attempt_id_by_pk" PRIMARY KEY("id","by"),
	CONSTRAINT "attempt_by" CHECK ("attempt"."by" in ('browser', 'server')),
	CONSTRAINT "attempt_result" CHECK ("attempt"."result" in ('passed', 'failed', 'error', 'endless', 'tampered')),
	CONSTRAINT "attempt_code_hash_is_hash" CHECK ("attempt"."code_hash" ~ '^[0-9a-f]{64}$'),
	CONSTRAINT "attempt_passed" CHECK ("attempt"."passed" between 0 and "attempt"."checks"),
	CONSTRAINT "attempt_passed_whole" CHECK ("attempt"."result" <> 'passed' or "attempt"."passed" = "attempt"."checks")
);
--> statement-breakpoint
ALTER TABLE "attempt" ADD CONSTRAINT "attempt_learner_id_learner_id_fk" FOREIGN KEY ("learner_id") REFERENCES "public"."learner"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "attempt" ADD CONSTRAINT "attempt_lesson_version_fk" FOREIGN KEY ("lesson_id","lesson_version") REFERENCES "public"."lesson_version"("lesson_id","version") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "attempt_by_learner" ON "attempt" USING btree ("learner_id","lesson_id","exercise_id");