INSERT INTO follow (follower, followed) VALUES (1, 20);
SELECT follower, followed FROM follow;
