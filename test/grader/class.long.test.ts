import "./fixtures/register.ts";
import { afterAll, beforeAll, expect, it } from "vitest";
import { syntheticClass } from "./class.ts";
import { type GradingPlace, gradingPlace, saidAndMeant } from "./graded.ts";
import { taughtFirst, taughtShop } from "./taught.ts";

let shop: GradingPlace;
let shipped: GradingPlace;

beforeAll(async () => {
  [shop, shipped] = await Promise.all([gradingPlace(), gradingPlace("shipped")]);
});
afterAll(() => {
  shop.remove();
  shipped.remove();
});

it.each([
  ["90-shop", 200],
  ["01-whole-cluster", 200],
])("nobody of a class in %s is marked wrong", async (slug, count) => {
  const [taught, place] = slug === "90-shop" ? [await taughtShop(), shop] : [await taughtFirst(), shipped];
  const pupils = syntheticClass(taught, count);
  const { results } = await place.grade([place.handIn("class", pupils, slug)]);
  const pairs = pupils.map((pupil, index) => saidAndMeant(pupil, results[index]));
  expect(pairs.map(({ said }) => said)).toEqual(pairs.map(({ meant }) => meant));
});
