/** A setting as on the command line, `KEY=VALUE`, as much of it as fits a line with other words. */
export function settingText(setting: string): string {
  const most = 60;
  return setting.length > most ? `${setting.slice(0, most)}...` : setting;
}
