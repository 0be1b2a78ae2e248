import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import test from "node:test";
import { numberOf, solve } from "./challenge.ts";
import { sha256 } from "./sha256.ts";

const hex = (words: Iterable<number>): string =>
  [...words].map((word) => (word >>> 0).toString(16).padStart(8, "0")).join("");
const known = (text: string): string => createHash("sha256").update(text).digest("hex");

const SALT = "0123456789abcdef01234567?expires=1800000000&";
const given = (number: number, maxnumber = 5000): { challenge: string; maxnumber: number; salt: string } => ({
  challenge: known(`${SALT}${number}`),
  maxnumber,
  salt: SALT,
});

void test("texts of every length up to three blocks have the hash that others find", () => {
  for (let length = 0; length < 200; length++) {
    const text = "a~Z0&".repeat(40).slice(0, length);
    assert.equal(hex(sha256(text)), known(text));
  }
});

void test("the number is found from the first to the last", async () => {
  for (const number of [0, 1, 64, 4999, 5000]) assert.equal(await numberOf(given(number)), number);
});

void test("what no number solves ends without one", async () => {
  assert.equal(await numberOf(given(5001)), null);
});

void test("the browser has its turn in between", async () => {
  let turns = 0;
  const timer = setInterval(() => turns++, 1);
  await numberOf(given(100_000, 100_000));
  clearInterval(timer);
  assert.ok(turns > 2);
});

/** Asks a server that answers so, as the widget does; returns what it was asked and what came of it. */
async function solved(content: string): Promise<{ asked: string[]; sent: string | null }> {
  const asked: string[] = [];
  const server = createServer(({ url = "" }, response) => {
    asked.push(url);
    response.end(content);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const sent = await solve(`http://127.0.0.1:${port}/`);
  server.close();
  return { asked, sent };
}

void test("what is sent is the challenge with its number", async () => {
  const challenge = { algorithm: "SHA-256", ...given(77), signature: "ours" };
  const { asked, sent } = await solved(JSON.stringify(challenge));
  assert.deepEqual(asked, ["/v1/challenge"]);
  assert.deepEqual(JSON.parse(atob(sent ?? "")), { ...challenge, number: 77 });
});

void test("where no challenge can be had there is no solution", async () => {
  for (const content of ["<html>", '{"code": "not_found"}', "null"])
    assert.equal((await solved(content)).sent, null);
  assert.equal(await solve("http://127.0.0.1:1/"), null);
});
