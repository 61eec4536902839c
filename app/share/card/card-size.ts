/** What those who show links make room for. */
export const CARD_WIDTH = 1200
export const CARD_HEIGHT = 630
