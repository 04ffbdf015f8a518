// Korean particles follow the last sound of a number, a Korean word, a title.
import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { withParticle } from "../web-demo/page/state/particle.js";

describe("Korean particles", () => {
  test("after a number, as it is read", () => {
    const values = [
      "0.390",
      "0.391",
      "0.392",
      "0.393",
      "0.394",
      "0.395",
      "0.396",
      "0.397",
      "0.398",
    ];
    const said = [
      "이에요",
      "이에요",
      "예요",
      "이에요",
      "예요",
      "예요",
      "이에요",
      "이에요",
      "이에요",
    ];
    assert.deepEqual(
      values.map((value) => withParticle(value, "이에요")),
      values.map((value, place) => value + said[place]),
    );
    assert.equal(withParticle(-0.29, "이에요"), "-0.29예요");
    assert.equal(withParticle("12%", "을"), "12%를");
  });

  test("after a Korean word", () => {
    assert.equal(withParticle("액션", "을"), "액션을");
    assert.equal(withParticle("SF", "을"), "SF를");
    assert.equal(withParticle("드라마", "이에요", "’"), "드라마’예요");
    assert.equal(withParticle("액션·모험", "이에요", "’"), "액션·모험’이에요");
    assert.equal(withParticle("서울", "으로"), "서울로");
    assert.equal(withParticle(6, "으로"), "6으로");
  });

  test("after a title, whose explanation in brackets is not read", () => {
    assert.equal(withParticle("Alien", "은"), "Alien은");
    assert.equal(withParticle("The Matrix", "은"), "The Matrix는");
    assert.equal(withParticle("Seven (a.k.a. Se7en)", "이"), "Seven (a.k.a. Se7en)이");
    assert.equal(withParticle("Fargo!", "과"), "Fargo!와");
  });
});
