/**
 * A name as part of the names of resources. A single hyphen ends it there, so its own hyphens are doubled: what is joined of
 * such parts with hyphens tells them apart again. `dev-eu` and `west` would else be the same name as `dev` and `eu-west`.
 *
 * @param name neither begins nor ends with a hyphen
 */
export function namePart(name: string): string {
  return name.replaceAll("-", "--");
}

/**
 * What the thing of this number is called: with another number it is another one, so that the one before lives until the end
 * of `up`. The first has the bare name.
 */
export function numbered(name: string, number: number): string {
  return number === 1 ? name : `${name}-${number}`;
}

/**
 * A number that follows from a name alone, from 0 to `count` less one.
 *
 * @param count with a prime above 77, names that differ in one letter have different numbers: letters' codes are not further
 *   apart
 */
export function numberFromName(name: string, count: number): number {
  return [...name].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % count, 0);
}

/** For sorting by names: the order of their characters, on every machine the same. */
export function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name < b.name ? -1 : Number(a.name > b.name);
}
