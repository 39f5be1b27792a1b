import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  root: fileURLToPath(new URL('../..', import.meta.url)),
  test: {
    include: ['common/ui/src/**/*.test.ts', 'zones/*/web/src/**/*.test.ts', 'tests/departments/identity/web/src/**/*.test.ts'],
    reporters: ['tap-flat']
  }
});
