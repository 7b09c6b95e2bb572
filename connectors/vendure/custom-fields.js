'use strict';

const states = ['granted', 'pending', 'denied'].map(value => ({ value }));
const en = value => [{ languageCode: 'en', value }];

// Public: a storefront may show the tick and set it. The moment is for Spoke's merging: between two equal answers the later one counts.
const consent = (name, label) => [
  { name, type: 'string', nullable: true, public: true, options: states, label: en(label) },
  { name: name + 'At', type: 'datetime', nullable: true, public: true, label: en(label + ': since') },
];

const tags = { name: 'spokeTags', type: 'string', list: true, nullable: true, public: false, label: en('Tags') };

module.exports = {
  Customer: [...consent('spokeEmailConsent', 'Marketing by e-mail'), ...consent('spokeSmsConsent', 'Marketing by SMS'), tags],
  Order: [tags],
};
