/**
 * The structs of `authorization.k8s.io/v1` that a client asks what somebody may do with, and of a request for a token, in
 * the notation of notation.ts (Kubernetes 1.32, api/authorization/v1/types.go and api/authentication/v1/types.go).
 * Left out: selectors in attributes, and what a user carries beside name and groups, are opaque.
 * Invariant: names, order and omitempty are those of the Go source.
 */

/** Questions about access, and requests for tokens. */
export const REVIEW_STRUCTS = `
SelfSubjectAccessReview metadata!:ObjectMeta spec!:SelfSubjectAccessReviewSpec status!:SubjectAccessReviewStatus
SelfSubjectAccessReviewSpec resourceAttributes:ResourceAttributes nonResourceAttributes:NonResourceAttributes
SubjectAccessReview metadata!:ObjectMeta spec!:SubjectAccessReviewSpec status!:SubjectAccessReviewStatus
SubjectAccessReviewSpec resourceAttributes:ResourceAttributes nonResourceAttributes:NonResourceAttributes user groups:[s] extra:* uid
ResourceAttributes namespace verb group version resource subresource name fieldSelector:* labelSelector:*
NonResourceAttributes path verb
SubjectAccessReviewStatus allowed!:b denied:b reason evaluationError
SelfSubjectRulesReview metadata!:ObjectMeta spec!:SelfSubjectRulesReviewSpec status!:SubjectRulesReviewStatus
SelfSubjectRulesReviewSpec namespace
SubjectRulesReviewStatus resourceRules!:[ResourceRule] nonResourceRules!:[NonResourceRule] incomplete!:b evaluationError
ResourceRule verbs!:[s] apiGroups:[s] resources:[s] resourceNames:[s]
NonResourceRule verbs!:[s] nonResourceURLs:[s]
SelfSubjectReview metadata!:ObjectMeta status!:SelfSubjectReviewStatus
SelfSubjectReviewStatus userInfo!:UserInfo
UserInfo username uid groups:[s] extra:*
TokenRequest metadata!:ObjectMeta spec!:TokenRequestSpec status!:TokenRequestStatus
TokenRequestSpec audiences!:[s] expirationSeconds:l? boundObjectRef!:*
TokenRequestStatus token! expirationTimestamp!:t
`;
