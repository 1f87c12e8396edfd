/** A paragraph that is wrapped in the source, as one line: help is wrapped where it is shown. */
export const prose = (paragraph: TemplateStringsArray): string =>
  paragraph.join('').trim().replaceAll(/\s+/g, ' ');
