ALTER TABLE "generation" ADD COLUMN "beat_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "generation" ADD COLUMN "started_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "generation" ADD COLUMN "read_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "generation" ADD COLUMN "stop_at" timestamp with time zone;--> statement-breakpoint
CREATE INDEX "generation_running" ON "generation" USING btree ("beat_at") WHERE "generation"."status" = 'running';