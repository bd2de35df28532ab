/**
 * Part of `npm run check`: exported names without a doc comment, and members without one of exported types and classes,
 * which are what components are given and what they show.
 */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import ts from "typescript";

/** Folders whose exports others read before they use them. */
const folders = ["components", "checks/common"];

/**
 * `FILE:LINE NAME` for every name that should have a doc comment and has none.
 *
 * @param texts source files by path; what one imports of another is looked up here
 */
export function undocumented(texts: Readonly<Record<string, string>>): string[] {
  const program = programOf(texts);
  const checker = program.getTypeChecker();
  return Object.keys(texts).flatMap((file) => {
    const source = program.getSourceFile(file);
    return source ? undocumentedIn(source, checker) : [];
  });
}

function undocumentedIn(source: ts.SourceFile, checker: ts.TypeChecker): string[] {
  const missing = source.statements.filter(isExported).flatMap((statement) => {
    const names = namesOf(statement);
    const own = hasComment(statement) ? [] : names.map((name) => ({ node: statement as ts.Node, name }));
    const inherited = inheritedNames(statement, checker);
    const members = membersOf(statement)
      .filter((member) => !hasComment(member) && !inherited.has(member.name?.getText() ?? ""))
      .map((member) => ({ node: member, name: `${names[0]}.${member.name?.getText()}` }));
    return [...own, ...members];
  });
  return missing.map(({ node, name }) => {
    const { line } = source.getLineAndCharacterOfPosition(node.getStart());
    return `${source.fileName}:${line + 1} ${name}`;
  });
}

/** A program of these files alone: no library is read, which takes most of a compiler's time. */
function programOf(texts: Readonly<Record<string, string>>): ts.Program {
  const options = { noLib: true, types: [] };
  const host: ts.CompilerHost = {
    ...ts.createCompilerHost(options),
    // Paths stay as they are given.
    getCurrentDirectory: () => "",
    fileExists: (file) => file in texts,
    readFile: (file) => texts[file],
    getSourceFile: (file, target) => {
      const text = texts[file];
      return text === undefined ? undefined : ts.createSourceFile(file, text, target, true);
    },
    resolveModuleNameLiterals: (literals, from) =>
      literals.map(({ text }) => {
        const resolvedFileName = `${join(dirname(from), text)}.ts`;
        const found = text.startsWith(".") && resolvedFileName in texts;
        return { resolvedModule: found ? { resolvedFileName, extension: ts.Extension.Ts } : undefined };
      }),
  };
  return ts.createProgram(Object.keys(texts), options, host);
}

/** Members that an interface declares which the class implements: editors show the interface's comment for them. */
function inheritedNames(statement: ts.Statement, checker: ts.TypeChecker): ReadonlySet<string> {
  if (!ts.isClassDeclaration(statement)) return new Set();
  const implemented = (statement.heritageClauses ?? []).filter(
    ({ token }) => token === ts.SyntaxKind.ImplementsKeyword,
  );
  const types = implemented.flatMap((clause) => clause.types.map((type) => checker.getTypeAtLocation(type)));
  return new Set(types.flatMap((type) => type.getProperties().map(({ name }) => name)));
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

type Member = ts.TypeElement | ts.ClassElement | ts.ParameterPropertyDeclaration;

/** What an interface, an object type or a class lets others see; a class's methods say themselves what they do. */
function membersOf(statement: ts.Statement): readonly Member[] {
  if (ts.isInterfaceDeclaration(statement)) return statement.members;
  if (ts.isTypeAliasDeclaration(statement) && ts.isTypeLiteralNode(statement.type)) return statement.type.members;
  if (ts.isClassDeclaration(statement)) return propertiesOf(statement).filter(isPublic);
  return [];
}

/** Those that are declared, and those that are parameters of the constructor. */
function propertiesOf({ members }: ts.ClassDeclaration): Member[] {
  const parameters = members.filter(ts.isConstructorDeclaration).flatMap((each) => each.parameters);
  return [
    ...members.filter(ts.isPropertyDeclaration),
    ...parameters.filter((each) => ts.isParameterPropertyDeclaration(each, each.parent)),
  ];
}

function isPublic(member: Member): boolean {
  const hidden = ts.ModifierFlags.Private | ts.ModifierFlags.Protected;
  return (ts.getCombinedModifierFlags(member) & hidden) === 0;
}

function check(root: string): void {
  const files = folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts"))
      .map((name) => join(folder, name)),
  );
  const missing = undocumented(
    Object.fromEntries(files.sort().map((file) => [file, readFileSync(join(root, file), "utf8")])),
  );
  if (missing.length === 0) return;
  for (const each of missing) console.error(each);
  console.error(`${missing.length} names have no doc comment`);
  process.exitCode = 1;
}

if (require.main === module) check(dirname(__dirname));
