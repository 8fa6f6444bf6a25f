import type { Section } from '$lib/domain/explanation';
import type { NewRating, RatingReason, RatingValue } from '$lib/domain/rating';

/** The number of characters that a comment may have: see `NewRating`. */
export const maxComment = 4_000;

/** What stands in the form below a rating. Reasons outlast a change of mind about the value, though "helpful" has none. */
export type RatingForm = {
	reasons: RatingReason[];
	sections: Partial<Record<Section, number | undefined>>;
	comment: string;
};

/** The form as it shows what was said before. */
export const formOf = (said: NewRating | undefined): RatingForm => ({
	reasons: [...(said?.reasons ?? [])],
	sections: { ...said?.sections },
	comment: said?.comment ?? ''
});

/** What the form says, with what is left empty left out. */
export function ratingOf(value: RatingValue, form: RatingForm): NewRating {
	const comment = form.comment.trim();
	const sections = Object.fromEntries(
		Object.entries(form.sections).filter(([, stars]) => stars !== undefined)
	);
	return {
		value,
		reasons: value === 'not-helpful' ? [...form.reasons] : [],
		...(comment === '' ? {} : { comment }),
		...(Object.keys(sections).length === 0 ? {} : { sections })
	};
}

/** Characters that are left, once there are few: nobody needs to know it before. */
export function charactersLeft(comment: string): number | undefined {
	const left = maxComment - comment.length;
	return left <= 200 ? left : undefined;
}

/** The same for those who hear the page: a few times on the way, and not with every letter. */
export const spokenLeft = (comment: string): number | undefined =>
	[0, 20, 100].find((mark) => maxComment - comment.length <= mark);
