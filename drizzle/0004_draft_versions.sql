CREATE TABLE "draft_version" (
	"learner_id" uuid NOT NULL,
	"lesson_id" text NOT NULL,
	"cell_id" text NOT NULL,
	"revision" integer NOT NULL,
	"lesson_version" text NOT NULL,
	"code" text NOT NULL,
	"run_id" uuid,
	"reset" boolean NOT NULL,
	"open_until" timestamp with time zone NOT NULL,
	"saved_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "draft_version_learner_id_lesson_id_cell_id_revision_pk" PRIMARY KEY("learner_id","lesson_id","cell_id","revision"),
	CONSTRAINT "draft_version_revision_positive" CHECK ("draft_version"."revision" >= 1)
);
--> statement-breakpoint
ALTER TABLE "draft_version" ADD CONSTRAINT "draft_version_draft_fk" FOREIGN KEY ("learner_id","lesson_id","cell_id") REFERENCES "public"."draft"("learner_id","lesson_id","cell_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "draft_version" ADD CONSTRAINT "draft_version_lesson_version_fk" FOREIGN KEY ("lesson_id","lesson_version") REFERENCES "public"."lesson_version"("lesson_id","version") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
-- What was typed before there were versions: the text that the next save replaces must stay.
INSERT INTO "draft_version" ("learner_id", "lesson_id", "cell_id", "revision", "lesson_version", "code", "run_id", "reset", "open_until", "saved_at")
SELECT "learner_id", "lesson_id", "cell_id", "revision", "lesson_version", "code", ("last_run" -> 'result' ->> 'runId')::uuid, false, "updated_at", "updated_at" FROM "draft";
