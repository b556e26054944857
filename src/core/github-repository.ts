/** The repository behind an image. */

const ON_GITHUB = /^https:\/\/github\.com\/([^/]+\/[^/]+?)(?:\.git)?\/?$/;

/**
 * The repository on GitHub as `owner/name`: the image's source where that is on GitHub,
 * or else the registry's names.
 */
export function githubRepository(image: { readonly source: string; readonly owner: string; readonly name: string }): string {
  return ON_GITHUB.exec(image.source)?.[1] ?? `${image.owner}/${image.name}`;
}
