/**
 * Part of `npm run check`: exported names without a doc comment, and members without one of exported types and classes,
 * which are what components are given and what they show.
 */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import ts from "typescript";

/** Folders whose exports others read before they use them. */
const folders = ["components", "checks/common"];

/** `FILE:LINE NAME` for every name of a source file that should have a doc comment and has none. */
export function undocumented(file: string, text: string): string[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const missing = source.statements.filter(isExported).flatMap((statement) => {
    const names = namesOf(statement);
    const own = hasComment(statement) ? [] : names.map((name) => ({ node: statement as ts.Node, name }));
    const members = membersOf(statement)
      .filter((member) => !hasComment(member))
      .map((member) => ({ node: member, name: `${names[0]}.${member.name?.getText()}` }));
    return [...own, ...members];
  });
  return missing.map(({ node, name }) => {
    const { line } = source.getLineAndCharacterOfPosition(node.getStart());
    return `${file}:${line + 1} ${name}`;
  });
}

function isExported(statement: ts.Statement): boolean {
  return (
    ts.canHaveModifiers(statement) &&
    (ts.getModifiers(statement) ?? []).some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)
  );
}

function hasComment(node: ts.Node): boolean {
  return ts.getJSDocCommentsAndTags(node).some((found) => ts.isJSDoc(found) && found.getText().length > "/***/".length);
}

function namesOf(statement: ts.Statement): string[] {
  if (ts.isVariableStatement(statement)) {
    return statement.declarationList.declarations.map(({ name }) => name.getText());
  }
  // Of an overloaded function only the first declaration says what it does.
  if (ts.isFunctionDeclaration(statement) && isFurtherOverload(statement)) return [];
  const { name } = statement as ts.Statement & { readonly name?: ts.Identifier };
  return [name?.getText() ?? "default"];
}

function isFurtherOverload(declaration: ts.FunctionDeclaration): boolean {
  const { statements } = declaration.getSourceFile();
  const before = statements[statements.indexOf(declaration) - 1];
  return before !== undefined && ts.isFunctionDeclaration(before) && before.name?.text === declaration.name?.text;
}

/** What an interface, an object type or a class lets others see; a class's methods say themselves what they do. */
function membersOf(statement: ts.Statement): readonly (ts.TypeElement | ts.ClassElement)[] {
  if (ts.isInterfaceDeclaration(statement)) return statement.members;
  if (ts.isTypeAliasDeclaration(statement) && ts.isTypeLiteralNode(statement.type)) return statement.type.members;
  if (ts.isClassDeclaration(statement)) return statement.members.filter(isPublicProperty);
  return [];
}

function isPublicProperty(member: ts.ClassElement): boolean {
  const hidden = ts.ModifierFlags.Private | ts.ModifierFlags.Protected;
  return ts.isPropertyDeclaration(member) && (ts.getCombinedModifierFlags(member) & hidden) === 0;
}

function check(root: string): void {
  const files = folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts"))
      .map((name) => join(folder, name)),
  );
  const missing = files.sort().flatMap((file) => undocumented(file, readFileSync(join(root, file), "utf8")));
  if (missing.length === 0) return;
  for (const each of missing) console.error(each);
  console.error(`${missing.length} names have no doc comment`);
  process.exitCode = 1;
}

if (require.main === module) check(dirname(__dirname));
