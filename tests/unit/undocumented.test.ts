import { deepEqual } from "node:assert/strict";
import { undocumented } from "../../scripts/undocumented";

describe("names without a doc comment", () => {
  const cases: Readonly<Record<string, { text: string; missing: readonly string[] }>> = {
    "an exported constant, function, class, interface and type": {
      text: "export const a = 1;\nexport function b() {}\nexport class C {}\nexport interface D {}\nexport type E = 1;",
      missing: ["f.ts:1 a", "f.ts:2 b", "f.ts:3 C", "f.ts:4 D", "f.ts:5 E"],
    },
    "an export after a comment that is none of documentation": {
      text: "// What it is.\nexport const a = 1;\n/* What it is. */\nexport const b = 1;\n/***/\nexport const c = 1;",
      missing: ["f.ts:2 a", "f.ts:4 b", "f.ts:6 c"],
    },
    "members of exported types, and public properties of classes": {
      text: [
        "/** What it is. */ export interface A { readonly a: string; b(): void }",
        "/** What it is. */ export type B = { c: string };",
        "/** What it is. */ export class C { readonly d = 1; private readonly e = 1; protected f = 1; constructor() {} }",
        "/** What it is. */ export class D { constructor(readonly g: 1, private readonly h: 1, i: 1) {} }",
      ].join("\n"),
      missing: ["f.ts:1 A.a", "f.ts:1 A.b", "f.ts:2 B.c", "f.ts:3 C.d", "f.ts:4 D.g"],
    },
    "the first of an overloaded function's declarations": {
      text: "export function a(b: 1): 1;\n/** What it is. */\nexport function a(b: 2): 2;\nexport function a(b: any) { return b; }",
      missing: ["f.ts:1 a"],
    },
    "nothing that is documented, not exported, or exported from elsewhere": {
      text: [
        "/** What it is. */ export const a = 1;",
        "/** What it is. */ export interface A {\n/** What it is. */ readonly a: string }",
        "const b = 1; interface B { readonly b: string }",
        'export { c } from "./c"; export * from "./d";',
      ].join("\n"),
      missing: [],
    },
  };
  for (const [what, { text, missing }] of Object.entries(cases)) {
    it(`are those of ${what}`, () => deepEqual(undocumented({ "f.ts": text }), missing));
  }

  it("are not those of a class's members that an interface declares which it implements", () => {
    const contract = [
      "/** What it is. */ export interface Base {\n/** What it is. */ readonly a: string }",
      "/** What it is. */ export interface Contract extends Base {\n/** What it is. */ readonly b: string }",
    ].join("\n");
    const implementing = [
      'import type { Contract } from "../contract";',
      "/** What it is. */ export class C implements Contract { readonly b = 1; readonly c = 1; constructor(readonly a: 1) {} }",
      "/** What it is. */ export class D { readonly a = 1 }",
    ].join("\n");
    deepEqual(undocumented({ "contract.ts": contract, "folder/f.ts": implementing }), [
      "folder/f.ts:2 C.c",
      "folder/f.ts:3 D.a",
    ]);
  });
});
