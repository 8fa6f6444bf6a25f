ALTER TABLE "generation" ADD COLUMN "output_tokens" integer;--> statement-breakpoint
ALTER TABLE "generation" ADD COLUMN "output_ms" integer;