import { defineConfig } from 'drizzle-kit';

/** `npm run db:generate` writes the SQL for what changed in the schema; applying it happens at start. */
export default defineConfig({
	dialect: 'postgresql',
	schema: './src/lib/server/db/schema/*.ts',
	out: './drizzle'
});
