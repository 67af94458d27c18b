CREATE DOMAIN good_mood AS mood CHECK (value > 'sad');
