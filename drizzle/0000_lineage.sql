CREATE TABLE "claim" (
	"explanation_id" uuid NOT NULL,
	"claim_id" text NOT NULL,
	"section" text NOT NULL,
	"position" integer NOT NULL,
	"kind" text NOT NULL,
	"probe" jsonb NOT NULL,
	"payload" jsonb NOT NULL,
	CONSTRAINT "claim_explanation_id_claim_id_pk" PRIMARY KEY("explanation_id","claim_id"),
	CONSTRAINT "claim_position_unique" UNIQUE("explanation_id","position"),
	CONSTRAINT "claim_section" CHECK ("claim"."section" in ('purpose', 'steps', 'examples', 'edgeCases')),
	CONSTRAINT "claim_kind" CHECK ("claim"."kind" in ('returns', 'raises', 'prints', 'value', 'count', 'executed')),
	CONSTRAINT "claim_position" CHECK ("claim"."position" >= 0)
);
--> statement-breakpoint
CREATE TABLE "draft" (
	"learner_id" uuid NOT NULL,
	"lesson_id" text NOT NULL,
	"cell_id" text NOT NULL,
	"lesson_version" text NOT NULL,
	"revision" integer NOT NULL,
	"code" text NOT NULL,
	"last_run" jsonb,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "draft_learner_id_lesson_id_cell_id_pk" PRIMARY KEY("learner_id","lesson_id","cell_id"),
	CONSTRAINT "draft_revision_positive" CHECK ("draft"."revision" >= 1)
);
--> statement-breakpoint
CREATE TABLE "event" (
	"generation_id" uuid NOT NULL,
	"seq" integer NOT NULL,
	"event" jsonb NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "event_generation_id_seq_pk" PRIMARY KEY("generation_id","seq"),
	CONSTRAINT "event_seq" CHECK ("event"."seq" >= 0)
);
--> statement-breakpoint
CREATE TABLE "explanation" (
	"id" uuid PRIMARY KEY NOT NULL,
	"generation_id" uuid NOT NULL,
	"python" text NOT NULL,
	"document" jsonb NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "explanation_generation_id_unique" UNIQUE("generation_id")
);
--> statement-breakpoint
CREATE TABLE "generation" (
	"id" uuid PRIMARY KEY NOT NULL,
	"submission_id" uuid NOT NULL,
	"mode" text NOT NULL,
	"origin" text NOT NULL,
	"prompt_version" text NOT NULL,
	"prompt" jsonb,
	"model_id" text NOT NULL,
	"model_digest" text NOT NULL,
	"sampler" jsonb,
	"seed" integer,
	"status" text DEFAULT 'running' NOT NULL,
	"next_seq" integer DEFAULT 0 NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "generation_mode" CHECK ("generation"."mode" in ('explain')),
	CONSTRAINT "generation_origin" CHECK ("generation"."origin" in ('browser', 'server')),
	CONSTRAINT "generation_status" CHECK ("generation"."status" in ('running', 'complete', 'failed', 'interrupted')),
	CONSTRAINT "generation_next_seq" CHECK ("generation"."next_seq" >= 0)
);
--> statement-breakpoint
CREATE TABLE "learner" (
	"id" uuid PRIMARY KEY NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"consent_training" boolean DEFAULT false NOT NULL,
	"consent_training_at" timestamp with time zone,
	"consent_research" boolean DEFAULT false NOT NULL,
	"consent_research_at" timestamp with time zone,
	CONSTRAINT "learner_training_given_at" CHECK (not "learner"."consent_training" or "learner"."consent_training_at" is not null),
	CONSTRAINT "learner_research_given_at" CHECK (not "learner"."consent_research" or "learner"."consent_research_at" is not null)
);
--> statement-breakpoint
CREATE TABLE "lesson_version" (
	"lesson_id" text NOT NULL,
	"version" text NOT NULL,
	"path" text NOT NULL,
	"source" text NOT NULL,
	"cells" jsonb NOT NULL,
	"first_served_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "lesson_version_lesson_id_version_pk" PRIMARY KEY("lesson_id","version"),
	CONSTRAINT "lesson_version_is_hash" CHECK ("lesson_version"."version" ~ '^[0-9a-f]{64}$')
);
--> statement-breakpoint
CREATE TABLE "model_version" (
	"model_id" text NOT NULL,
	"model_digest" text NOT NULL,
	"state" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "model_version_model_id_model_digest_pk" PRIMARY KEY("model_id","model_digest"),
	CONSTRAINT "model_version_is_digest" CHECK ("model_version"."model_digest" ~ '^[0-9a-f]{64}$'),
	CONSTRAINT "model_version_state" CHECK ("model_version"."state" in ('candidate', 'serving', 'retired'))
);
--> statement-breakpoint
CREATE TABLE "prompt_version" (
	"version" text PRIMARY KEY NOT NULL,
	"mode" text NOT NULL,
	"template" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "prompt_version_mode" CHECK ("prompt_version"."mode" in ('explain'))
);
--> statement-breakpoint
CREATE TABLE "rating" (
	"explanation_id" uuid NOT NULL,
	"learner_id" uuid NOT NULL,
	"value" text NOT NULL,
	"reasons" jsonb NOT NULL,
	"comment" text,
	"sections" jsonb,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "rating_explanation_id_learner_id_pk" PRIMARY KEY("explanation_id","learner_id"),
	CONSTRAINT "rating_value" CHECK ("rating"."value" in ('helpful', 'not-helpful'))
);
--> statement-breakpoint
CREATE TABLE "submission" (
	"id" uuid PRIMARY KEY NOT NULL,
	"learner_id" uuid NOT NULL,
	"lesson_id" text,
	"lesson_version" text,
	"cell_id" text NOT NULL,
	"code" text NOT NULL,
	"code_hash" text NOT NULL,
	"context" jsonb NOT NULL,
	"files" jsonb NOT NULL,
	"stdin" jsonb NOT NULL,
	"result" jsonb,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "submission_lesson_whole" CHECK (("submission"."lesson_id" is null) = ("submission"."lesson_version" is null)),
	CONSTRAINT "submission_code_hash_is_hash" CHECK ("submission"."code_hash" ~ '^[0-9a-f]{64}$')
);
--> statement-breakpoint
CREATE TABLE "verdict" (
	"explanation_id" uuid NOT NULL,
	"claim_id" text NOT NULL,
	"by" text NOT NULL,
	"kind" text NOT NULL,
	"outcome" jsonb NOT NULL,
	"decided_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "verdict_explanation_id_claim_id_by_pk" PRIMARY KEY("explanation_id","claim_id","by"),
	CONSTRAINT "verdict_by" CHECK ("verdict"."by" in ('browser', 'server')),
	CONSTRAINT "verdict_kind" CHECK ("verdict"."kind" in ('confirmed', 'contradicted', 'raised', 'timed-out', 'non-deterministic', 'not-checkable'))
);
--> statement-breakpoint
ALTER TABLE "claim" ADD CONSTRAINT "claim_explanation_id_explanation_id_fk" FOREIGN KEY ("explanation_id") REFERENCES "public"."explanation"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "draft" ADD CONSTRAINT "draft_learner_id_learner_id_fk" FOREIGN KEY ("learner_id") REFERENCES "public"."learner"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "draft" ADD CONSTRAINT "draft_lesson_version_fk" FOREIGN KEY ("lesson_id","lesson_version") REFERENCES "public"."lesson_version"("lesson_id","version") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "event" ADD CONSTRAINT "event_generation_id_generation_id_fk" FOREIGN KEY ("generation_id") REFERENCES "public"."generation"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "explanation" ADD CONSTRAINT "explanation_generation_id_generation_id_fk" FOREIGN KEY ("generation_id") REFERENCES "public"."generation"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "generation" ADD CONSTRAINT "generation_submission_id_submission_id_fk" FOREIGN KEY ("submission_id") REFERENCES "public"."submission"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "generation" ADD CONSTRAINT "generation_prompt_version_prompt_version_version_fk" FOREIGN KEY ("prompt_version") REFERENCES "public"."prompt_version"("version") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "generation" ADD CONSTRAINT "generation_model_version_fk" FOREIGN KEY ("model_id","model_digest") REFERENCES "public"."model_version"("model_id","model_digest") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "rating" ADD CONSTRAINT "rating_explanation_id_explanation_id_fk" FOREIGN KEY ("explanation_id") REFERENCES "public"."explanation"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "rating" ADD CONSTRAINT "rating_learner_id_learner_id_fk" FOREIGN KEY ("learner_id") REFERENCES "public"."learner"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "submission" ADD CONSTRAINT "submission_learner_id_learner_id_fk" FOREIGN KEY ("learner_id") REFERENCES "public"."learner"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "submission" ADD CONSTRAINT "submission_lesson_version_fk" FOREIGN KEY ("lesson_id","lesson_version") REFERENCES "public"."lesson_version"("lesson_id","version") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "verdict" ADD CONSTRAINT "verdict_claim_fk" FOREIGN KEY ("explanation_id","claim_id") REFERENCES "public"."claim"("explanation_id","claim_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "generation_by_submission" ON "generation" USING btree ("submission_id");--> statement-breakpoint
CREATE INDEX "submission_by_learner" ON "submission" USING btree ("learner_id","lesson_id","cell_id");