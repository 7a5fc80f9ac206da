// Fills the page of the audit for an admin whose token was entered.
