// SPDX-License-Identifier: GPL-3.0-or-later
// The statements on standard input in a database of memory, then each line of the questions.
// Usage: node duckdb.cjs QUESTIONS.sql <TABLES.sql; NODE_PATH has @duckdb/node-api
const fs = require('fs');
const { DuckDBInstance } = require('@duckdb/node-api');

async function main() {
    const connection = await (await DuckDBInstance.create(':memory:')).connect();

    await connection.run(fs.readFileSync(0, 'utf8'));
    for (const line of fs.readFileSync(process.argv[2], 'utf8').split('\n').filter(Boolean)) {
        if (line.startsWith('--')) {
            console.log(line);
            continue;
        }
        const rows = (await connection.runAndReadAll(line)).getRows();
        for (const row of rows)
            console.log(row.map((value) => (value === null ? '' : String(value))).join('|'));
    }
}

main().catch((error) => {
    console.error(String(error));
    process.exit(1);
});
