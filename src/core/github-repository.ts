/** The repository behind an image. */

/**
 * The repository on GitHub as `owner/name`: the image's source where that is on GitHub,
 * or else the registry's names.
 */
export function githubRepository(image: { readonly source: string; readonly owner: string; readonly name: string }): string {
  return /^https:\/\/github\.com\/([^/]+\/[^/]+?)(?:\.git)?\/?$/.exec(image.source)?.[1] ?? `${image.owner}/${image.name}`;
}
